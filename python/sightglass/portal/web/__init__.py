"""What all resources share: problems, pages, headers, exports."""
