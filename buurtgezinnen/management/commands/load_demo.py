"""Loads the invented families, once."""

import datetime as dt

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from buurtgezinnen.demo.accounts import ACCOUNTS, PASSWORD
from buurtgezinnen.demo.load import is_loaded, load


class Command(BaseCommand):
    help = "Load invented families and accounts; a second time changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--on",
            type=dt.date.fromisoformat,
            help="The day the demo is about, such as 2026-11-23; today by default.",
        )
        parser.add_argument(
            "--accounts",
            action="store_true",
            help="Only print who can log in.",
        )

    def handle(self, *, on: dt.date | None, accounts: bool, **options: object) -> None:
        if not settings.DEMO:
            raise CommandError("The demo is only loaded with DEMO=1.")
        if accounts:
            self.print_accounts()
        elif is_loaded():
            self.stdout.write("The demo is there already.")
        else:
            load(on or timezone.localdate())
            self.stdout.write("The demo is loaded.")

    def print_accounts(self) -> None:
        width = max(len(account.email) for account in ACCOUNTS)
        for account in ACCOUNTS:
            where = ", ".join(account.places)
            self.stdout.write(f"  {account.email:{width}}  {account.role}  {where}")
        self.stdout.write(f"  The password of each: {PASSWORD}")
