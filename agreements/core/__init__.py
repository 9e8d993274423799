"""What holds through time, from dates and items alone; knows no Django."""
