"""A canvas in JupyterLab: its goals with results, and the poster; the notebook `canvas` puts it together.

view = open_canvas(municipality, quarter, language, data, team)
show(*goals(view))
PosterPreview(view)
"""

from toptaak.report.blocks import show
from toptaak.report.governance.canvas_page import PosterPreview, ambition, cover, goals, open_canvas, poster_of
from toptaak.report.governance.handover import results

__all__ = ["PosterPreview", "ambition", "cover", "goals", "open_canvas", "poster_of", "results", "show"]
