"""Small cells and personal data: what may leave the house."""
