"""Redaction: a text in; the text without personal data, and a receipt of what was taken out, back."""
