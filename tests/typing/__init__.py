"""What type checkers must accept (`good`) and what they must refuse (`mistakes`); `tests.test_typing` runs them."""
