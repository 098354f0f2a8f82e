"""The OCPI language, pure: what is on the wire, and how it becomes our words and back."""
