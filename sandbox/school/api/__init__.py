"""What programs call: tokens for a plugin, and named queries."""
