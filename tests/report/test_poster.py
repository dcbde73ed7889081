"""The poster: what is filled in, what a full canvas does to the page, and that text is never anything but text."""

from __future__ import annotations

import datetime as dt
import io
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import page
import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.printing.pdf_checks import check_pdf
from toptaak.core.errors import InputRefused, ToptaakError
from toptaak.core.periods import Quarter
from toptaak.governance.canvas import Canvas, load_canvas, template
from toptaak.kpi.measures import CATALOGUE
from toptaak.numbers.canvas_files import canvas_file, canvas_files, municipalities_with_canvas, read_canvas
from toptaak.numbers.quarter import Source, open_source
from toptaak.printing.html_checks import check_html
from toptaak.printing.poster.poster_html import render_poster_html
from toptaak.printing.poster.poster_model import Bar, Poster, PosterBand, PosterList, Row, State
from toptaak.printing.poster.poster_pdf import PAPERS, Paper, render_poster_pdf
from toptaak.report.governing.poster_text import make_poster

Q3 = Quarter(2026, 3)
SMALLEST = {"a2": 24.0, "a3": 24.0 * 297 / 420}
PAGE = {"a2": (1190.55, 1683.78), "a3": (841.89, 1190.55)}
LONG = (
    "Aan het eind van dit kwartaal weet iedereen die een verhuizing doorgeeft binnen één dag of de aangifte compleet "
    "is en wat er nog van hem of haar verwacht wordt"
)
STATES = [
    State("reached", "doel gehaald"),
    State("on_course", "op koers"),
    State("behind", "achter"),
    State("undecided", "niet te zeggen"),
]
OWNERS = [
    "Toptaakmanager",
    "Hoofd webteam",
    "Manager klantcontactcentrum",
    "Directeur dienstverlening",
    "Procesmanager",
]


def a_row(number: int, text: str) -> Row:
    return Row(
        text=text,
        aim=f"Succesratio (Website): 7{number},0% → 8{number},0%",
        value=f"7{number},5%",
        unit="",
        margin=f"7{number},1% tot 8{number},4%",
        note="",
        owner=OWNERS[number],
        deadline="",
        state=STATES[number % 4],
        bar=Bar(0.2, 0.8, 0.5, 0.75),
    )


def a_poster(
    goals: Callable[[str], list[str]], entries: int = 3, text: str = "Wie verhuist, regelt dat meteen"
) -> Poster:
    """A poster of which `goals` gives those of each layer, and all other lists have the usual length."""

    def listing(title: str) -> PosterList:
        return PosterList(title, [f"{text} {number}" for number in range(entries)])

    kpis = PosterList(
        "KPI's", ["Succesratio", "Waardering: 7,3 (6,9 tot 7,6)", "Ramp-ratio", "NPS", "Doorlooptijd"][:entries]
    )
    rows = {layer: [a_row(at, goal) for at, goal in enumerate(goals(layer))] for layer in ("year", "quarter")}
    none = PosterList("Doelen", ())
    lists = [listing(title) for title in ("Prioriteiten", "Kernactiviteiten", "Succesfactoren")]
    return Poster(
        title="Canvas Veenwoude, 2026-K3",
        place="Veenwoude",
        period="2026-K3",
        theme="Verhuizen zonder omweg",
        why="Vier op de tien verhuizers bellen na hun aangifte, omdat ze niet weten of die goed is aangekomen.",
        bands=(
            PosterBand("ambition", "Onze ambitie", "uiterlijk 31 december 2029",
                 PosterList("Doelen", goals("ambition")), (), [*lists, kpis]),
            PosterBand("year", "Dit jaar", "uiterlijk 31 december 2026", none, rows["year"],
                 [listing("Activiteiten"), kpis]),
            PosterBand("quarter", "Dit kwartaal", "uiterlijk 25 september 2026", none, rows["quarter"],
                 [listing("Activiteiten")]),
        ),
        measured="Resultaten van 2026-K3",
        legend="Balk: de 95%-marge. Stip: het resultaat. Streep: het doel.",
        banner="Verzonnen voorbeeld",
        language="nl",
        date=dt.date(2026, 9, 30),
    )  # fmt: skip


def usual(layer: str) -> list[str]:
    return [f"Wie verhuist, regelt dat in één keer goed {layer} {number}" for number in range(3)]


def five_long_in(where: str) -> Callable[[str], list[str]]:
    return lambda layer: [f"{number}: {LONG}"[:160] for number in range(5)] if layer == where else usual(layer)


def texts_of(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, list | tuple):
        for one in part:
            yield from texts_of(one)
    elif isinstance(part, dict):
        yield from (
            text for key, one in part.items() if key not in ("key", "date", "language") for text in texts_of(one)
        )


# --- reading a PDF back


def font_sizes(pdf: bytes) -> list[float]:
    """Give the size of every piece of text: the font size times the scale it is drawn at."""
    sizes, saved = [], []
    scale, font, text = 1.0, 0.0, 1.0
    with pikepdf.open(io.BytesIO(pdf)) as file:
        for instruction in pikepdf.parse_content_stream(file.pages[0]):
            operator, operands = str(instruction.operator), instruction.operands
            if operator == "q":
                saved.append(scale)
            elif operator == "Q":
                scale = saved.pop()
            elif operator == "cm":
                scale *= abs(float(operands[3]))
            elif operator == "Tf":
                font = float(operands[1])
            elif operator == "Tm":
                text = abs(float(operands[3]))
            elif operator in ("Tj", "TJ"):
                sizes.append(font * text * scale)
    return sizes


@pytest.fixture(scope="module")
def words_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes], list[tuple[str, tuple[float, ...]]]]:
    """Read the words of a page and their boxes, as another program sees them."""
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not installed: where the words of a poster stand was not checked")
    folder = tmp_path_factory.mktemp("words")

    def read(pdf: bytes) -> list[tuple[str, tuple[float, ...]]]:
        (folder / "poster.pdf").write_bytes(pdf)
        command = ["pdftotext", "-bbox", folder / "poster.pdf", "-"]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        found = re.findall(r'<word xMin="(\S+)" yMin="(\S+)" xMax="(\S+)" yMax="(\S+)">(.*?)</word>', told)
        return [(unescape(word), tuple(map(float, box))) for *box, word in found]

    return read


def assert_whole(poster: Poster, paper: Paper, words_of: Any) -> bytes:
    """One page of the right size, no text too small, every text on it, within the page, none over another."""
    pdf = render_poster_pdf(poster, paper)
    assert check_pdf(pdf) == []
    with pikepdf.open(io.BytesIO(pdf)) as file:
        assert len(file.pages) == 1
        size = tuple(float(edge) for edge in file.pages[0].mediabox[2:])
    assert size == pytest.approx(PAGE[paper], abs=0.1)
    assert min(font_sizes(pdf)) >= SMALLEST[paper] - 0.001
    words = words_of(pdf)
    squeezed = re.sub(r"\W", "", "".join(word for word, _ in words))
    for text in texts_of(poster.to_data()["bands"]):
        assert re.sub(r"\W", "", text) in squeezed, text
    middles = []
    for word, (left, top, right, bottom) in words:
        assert left >= 0 and top >= 0 and right <= size[0] and bottom <= size[1], word
        middle, high = (top + bottom) / 2, (bottom - top) * 0.2
        middles.append((word, left + 1, middle - high, right - 1, middle + high))
    for at, (word, left, top, right, bottom) in enumerate(middles):
        for other, left2, top2, right2, bottom2 in middles[at + 1 :]:
            assert left >= right2 or right <= left2 or top >= bottom2 or bottom <= top2, (word, other)
    return pdf


# --- the page


@pytest.mark.parametrize("paper", PAPERS)
def test_a_usual_canvas_is_one_whole_page(paper: Paper, words_of: Any) -> None:
    assert_whole(a_poster(usual), paper, words_of)


@pytest.mark.parametrize("layer", ["ambition", "year", "quarter"])
def test_five_long_goals_fit_in_any_layer(layer: str, words_of: Any) -> None:
    poster = a_poster(five_long_in(layer))
    assert len(LONG) >= 140
    for paper in PAPERS:
        assert_whole(poster, paper, words_of)


def test_five_of_everything_fits_when_said_shortly(words_of: Any) -> None:
    poster = a_poster(lambda layer: [f"Sneller klaar {number}" for number in range(5)], 5, "Elke balie helpt")
    assert_whole(poster, "a2", words_of)


def test_a_short_canvas_fills_the_page(words_of: Any) -> None:
    pdf = assert_whole(a_poster(lambda layer: ["Meer klanten slagen"], 1, "Luisteren"), "a2", words_of)
    assert min(font_sizes(pdf)) == pytest.approx(24, abs=0.01), "the legend"
    assert max(font_sizes(pdf)) > 100
    assert max(bottom for _, (_, _, _, bottom) in words_of(pdf)) > 0.95 * PAGE["a2"][1]


def test_too_much_text_is_refused_with_how_much_and_where() -> None:
    poster = a_poster(lambda layer: [f"{number}: {LONG}"[:160] for number in range(5)], 5, LONG[:140])
    with pytest.raises(ToptaakError, match=r"ongeveer \d+% te lang.*Onze ambitie"):
        render_poster_pdf(poster, "a2")


def test_a_long_theme_and_long_words_stay_on_the_page(words_of: Any) -> None:
    word = "Hottentottententententoonstellingsmakersgemeenteraadsverkiezingsuitslagenavond"
    poster = replace(a_poster(lambda layer: [word, "x" * 160]), theme=LONG[:160], why=f"{word} {word}.")
    assert_whole(poster, "a2", words_of)


HOSTILE = [
    "#panic(\"x\") #include \"/etc/passwd\"",
    "*vet* _schuin_ `code` $x^2$ = Kop",
    "<script>alert(1)</script> & <b>",
    "{{ 7 * 7 }} {% raw %}",
    "\\u{41} \\ // geen commentaar /* ook niet */",
    "emoji 🎉 en 中文",
]  # fmt: skip


def test_text_is_data_and_never_markup(words_of: Any) -> None:
    poster = replace(a_poster(lambda layer: HOSTILE[:5], 2), theme=HOSTILE[0], why=HOSTILE[5], place=HOSTILE[2])
    pdf = render_poster_pdf(poster, "a2")
    said = " ".join(word for word, _ in words_of(pdf))
    for piece in ('#panic("x")', "#include", "*vet*", "$x^2$", "{{", "\\u{41}", "[feest]", "[U+4E2D][U+6587]"):
        assert piece in said, piece
    html = render_poster_html(poster)
    assert check_html(html, "nl") == []
    assert "<script>" not in html and "<b>" not in html
    assert "{{ 7 * 7 }}" in html


entries = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=160)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(entries, min_size=1, max_size=5, unique=True), entries, entries)
def test_any_text_gives_one_page_or_a_refusal(goals: list[str], theme: str, why: str) -> None:
    poster = replace(a_poster(lambda layer: goals, 1), theme=theme, why=why)
    try:
        pdf = render_poster_pdf(poster, "a2")
    except ToptaakError as refusal:
        assert "te lang" in str(refusal)
        return
    with pikepdf.open(io.BytesIO(pdf)) as file:
        assert len(file.pages) == 1
    assert min(font_sizes(pdf)) >= SMALLEST["a2"] - 0.001


@pytest.mark.parametrize("paper", PAPERS)
def test_validators_accept_it_and_the_bytes_are_the_same_each_time(paper: Paper, tmp_path: Path) -> None:
    pdf = render_poster_pdf(a_poster(usual), paper)
    assert pdf == render_poster_pdf(a_poster(usual), paper)
    (tmp_path / "poster.pdf").write_bytes(pdf)
    for profile in (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A):
        verdict = page.validate_pdf(str(tmp_path / "poster.pdf"), profile=profile)
        assert verdict.is_compliant, (profile, verdict)


def test_the_page_for_the_screen_passes_our_checks() -> None:
    html = render_poster_html(a_poster(usual))
    assert check_html(html, "nl") == []
    assert html == render_poster_html(a_poster(usual))
    assert re.search(r"#year-1 \.range\{left:20\.00%;width:60\.00%\}", html)


# --- what is filled in


@pytest.fixture(scope="module")
def source(example_data: Path) -> Source:
    return open_source("GM9901", "2026Q3", "nl", str(example_data))


@pytest.fixture
def canvas(source: Source, example_data: Path) -> Canvas:
    return read_canvas(canvas_file(example_data, Q3, "GM9901"), Q3, "GM9901", set(source.task_labels))


def bands_of(canvas: Canvas, source: Source) -> dict[str, PosterBand]:
    return {band.key: band for band in make_poster(canvas, source).bands}


def test_results_are_those_of_the_report(canvas: Canvas, source: Source) -> None:
    first = bands_of(canvas, source)["quarter"].rows[0]
    row = source.now.where(measure="success_rate").frame.iloc[0]
    assert first.value == f"{row.estimate * 100:.1f}%".replace(".", ",")
    assert first.margin == f"{row.ci_low * 100:.1f}% tot {row.ci_high * 100:.1f}%".replace(".", ",")
    assert first.aim == "Succesratio: 72,0% → 74,0%"
    assert first.owner == "Toptaakmanager"
    assert first.state == State("reached", "doel gehaald")
    assert first.bar is not None
    assert 0 < first.bar.target < first.bar.low < first.bar.value < first.bar.high < 1


def test_a_kpi_that_stands_elsewhere_with_its_result_is_only_named(canvas: Canvas, source: Source) -> None:
    bands = bands_of(canvas, source)
    assert bands["year"].lists[-1].items == ["Succesratio", "Waardering"]
    alone = canvas.model_copy(
        update={"ambition": canvas.ambition.model_copy(update={"kpis": ["ces2", "success_rate"]})}
    )
    effort, success = bands_of(alone, source)["ambition"].lists[-1].items
    assert re.fullmatch(r"Klantinspanning \(CES 2\.0\): \d,\d \(\d,\d tot \d,\d\)", effort)
    assert success == "Succesratio"


def test_what_is_hidden_in_the_report_is_hidden_on_the_poster(canvas: Canvas, source: Source) -> None:
    hidden = replace(source, settings=source.settings.model_copy(update={"minimum_n": 10**6}))
    for band in make_poster(canvas, hidden).bands:
        for row in band.rows:
            assert (row.value, row.margin, row.bar) == ("–", "", None)
            assert row.note.startswith("te weinig waarnemingen")
            assert row.state == State("undecided", "niet te zeggen")


def test_a_kpi_without_goal_has_its_result_and_owner(canvas: Canvas, source: Source) -> None:
    extra = canvas.quarter.kpis[0].model_copy(update={"kpi": "completion_time", "owner": "Procesmanager"})
    plan = canvas.quarter.model_copy(update={"kpis": [*canvas.quarter.kpis, extra]})
    row = bands_of(canvas.model_copy(update={"quarter": plan}), source)["quarter"].rows[-1]
    assert (row.text, row.owner, row.unit, row.state, row.bar) == ("Doorlooptijd", "Procesmanager", "uur", None, None)


def test_goal_and_kpi_may_have_different_owners_and_deadlines(canvas: Canvas, source: Source) -> None:
    goal = canvas.quarter.goals[0].model_copy(update={"owner": "Hoofd webteam", "deadline": dt.date(2026, 8, 28)})
    plan = canvas.quarter.model_copy(update={"goals": [goal]})
    row = bands_of(canvas.model_copy(update={"quarter": plan}), source)["quarter"].rows[0]
    assert row.owner == "Hoofd webteam (KPI: Toptaakmanager)"
    assert row.deadline == "uiterlijk 28 augustus 2026"


def test_a_team_poster_is_about_its_task(source: Source, example_data: Path) -> None:
    own, team_file = canvas_files(example_data, Q3, "GM9901")
    assert own.name == "canvas.toml"
    team = read_canvas(team_file, Q3, "GM9901", set(source.task_labels))
    poster = make_poster(team, source)
    assert poster.place == f"Veenwoude · {team.team}"
    row = source.by_task.where(measure="success_rate", task_id=team.task).frame.iloc[0]
    assert poster.bands[2].rows[0].value == f"{row.estimate * 100:.1f}%".replace(".", ",")
    assert "(" not in poster.bands[2].rows[0].aim, "the task itself needs no naming"


def test_a_poster_for_the_coming_quarter_tells_of_which_quarter_its_results_are(source: Source, tmp_path: Path) -> None:
    file = tmp_path / "canvas.toml"
    file.write_text(template("nl", "GM9901", Quarter(2026, 4)).replace("VUL IN: ", ""), encoding="utf-8")
    poster = make_poster(load_canvas(file, CATALOGUE, Quarter(2026, 4)), source)
    assert (poster.period, poster.measured, poster.date) == ("2026-K4", "Resultaten van 2026-K3", dt.date(2026, 12, 31))


def test_in_english_every_word_of_ours_is_english(canvas: Canvas, example_data: Path) -> None:
    poster = make_poster(canvas, open_source("GM9901", "2026Q3", "en", str(example_data)))
    said = " ".join(texts_of([poster.legend, poster.measured, [(band.title, band.deadline) for band in poster.bands]]))
    assert "This quarter" in said and "by 25 September 2026" in said
    assert poster.bands[2].rows[0].aim == "Success rate: 72.0% → 74.0%"


# --- finding and refusing


def test_a_canvas_that_is_not_there_is_told_with_the_command_that_makes_one(example_data: Path) -> None:
    path = canvas_file(example_data, Quarter(2027, 1), "GM9901")
    with pytest.raises(ToptaakError, match="toptaak canvas --new -m GM9901 -q 2027Q1"):
        read_canvas(path, Quarter(2027, 1), "GM9901", None)
    with pytest.raises(ToptaakError, match="Teams met een canvas: toptaakteam-"):
        read_canvas(canvas_file(example_data, Q3, "GM9901", "onbekend"), Q3, "GM9901", None)


def test_the_canvas_of_another_municipality_is_refused(example_data: Path) -> None:
    with pytest.raises(InputRefused, match=r"'GM9902'.*Veenwoude \(GM9901\)"):
        read_canvas(canvas_file(example_data, Q3, "GM9902"), Q3, "GM9901", None)


@pytest.mark.parametrize("team", ["../geheim", "a/b", "a\\b", "..", "c:"])
def test_a_team_is_never_a_path(team: str) -> None:
    with pytest.raises(ToptaakError, match="geen naam van een team"):
        canvas_file(Path("data"), Q3, "GM9901", team)


def test_municipalities_with_a_canvas(example_data: Path) -> None:
    assert len(municipalities_with_canvas(example_data, Q3)) == 12
    assert municipalities_with_canvas(example_data, Quarter(2030, 1)) == []
