"""What customers experience, drawn and told: figures, tables and sentences for the report and the notebooks."""
