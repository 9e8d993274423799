"""Words of libraries that this site says in its own way.

The catalogue of the site is read before those of Django and allauth. Naming their
strings here is what keeps our translations of them in that catalogue.
"""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

WORDS = (
    _("Two-Factor Authentication"),
    _("New Password (again)"),
    _("Please contact us if you have any trouble resetting your password."),
    _("Reset My Password"),
    _(
        "Forgotten your password? Enter your email address below, and we'll send "
        "you an email allowing you to reset it."
    ),
    _("Confirm Access"),
    _("Please reauthenticate to safeguard your account."),
    _("You must type the same password each time."),
    _("The email address and/or password you specified are not correct."),
    _(
        "Your account is protected by two-factor authentication. Please enter an "
        "authenticator code:"
    ),
    _("Enter your password:"),
    _("Enter an authenticator code:"),
    _("Authenticator code"),
    _("Authentication using an authenticator app is active."),
    _("An authenticator app is not active."),
    _("Authenticator App"),
    _("Deactivate Authenticator App"),
    _(
        "You are about to deactivate authenticator app based authentication. Are "
        "you sure?"
    ),
    _("Authenticator app activated."),
    _("Authenticator app deactivated."),
    _("Incorrect code."),
    _("Incorrect password."),
    _("Bad Token"),
    _(
        "We have sent you an email. If you have not received it please check your "
        "spam folder. Otherwise contact us if you do not receive it in a few "
        "minutes."
    ),
    _("Be patient, you are sending too many requests."),
    _("Too many failed login attempts. Try again later."),
    _("Successfully signed in as %(name)s."),
    _("You have signed out."),
    _("Password successfully changed."),
    _("Account Inactive"),
    _("This account is inactive."),
    _("Are you sure?"),
    _("The password is too similar to the %(verbose_name)s."),
    _("Your password can’t be too similar to your other personal information."),
    _("This password is too common."),
    _("Your password can’t be a commonly used password."),
    _("Your old password was entered incorrectly. Please enter it again."),
    _("You may edit it again below."),
    _("The {name} “{obj}” was added successfully. You may add another {name} below."),
    _("The {name} “{obj}” was changed successfully. You may edit it again below."),
    _("The {name} “{obj}” was changed successfully. You may add another {name} below."),
    _("You don’t have permission to view or edit anything."),
    _(
        "You are authenticated as %(username)s, but are not authorized to access "
        "this page. Would you like to login to a different account?"
    ),
    _("Your password was changed."),
    _(
        "Please enter your old password, for security’s sake, and then enter your "
        "new password twice so we can verify you typed it in correctly."
    ),
)
COUNTED = (
    ngettext_lazy(
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.",
        "min_length",
    ),
    ngettext_lazy(
        "This password is too short. "
        "It must contain at least %(min_length)d character.",
        "This password is too short. "
        "It must contain at least %(min_length)d characters.",
        "min_length",
    ),
)
