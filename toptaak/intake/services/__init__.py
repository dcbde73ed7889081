"""Records read from the services of a municipality itself: the VNG APIs for contact moments and cases."""
