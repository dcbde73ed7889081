"""What the notebook on a top-task survey shows: sections, figures and the source they draw on."""
