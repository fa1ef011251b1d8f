"""The shop: one application, told step by step."""
