"""What the product does. Knows no Flask, no SQL and no HTTP."""
