"""What browsers see: the sign-in pages and the four portals."""
