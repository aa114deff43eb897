"""What is forbidden whatever the role."""
