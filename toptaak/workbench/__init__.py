"""What a researcher calls in a notebook of his own: `import toptaak as tt`."""
