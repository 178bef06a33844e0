"""What was measured, in the words of the campaign's page and of its report: the same in both."""
