"""The service: pages for members and the office, and the API, over one open project."""
