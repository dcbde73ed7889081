"""What pages say, as numbers of a quarter, a year, a survey, a comparison or a view: publishable; no words."""
