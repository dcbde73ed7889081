"""The pages: sections and sentences, each a function of numbers that gives blocks."""
