"""The commands of `toptaak`, in one language per run."""
