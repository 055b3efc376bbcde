"""What every app's API stands on: errors as problem details, pages, rates, ETags, the schema. Knows no app."""
