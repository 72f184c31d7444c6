"""Reports of tests, scans and components, reduced to a verdict, a sentence and names; hostile files refused."""
