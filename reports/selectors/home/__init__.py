"""What the admin's home page counts. Every number is of what its reader may see, and leaves trial interviews out."""
