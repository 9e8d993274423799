"""What the workbench and the waiting list show."""
