"""Personal data in planted Dutch lines: of each kind, how many are found, and how many lines without any stay whole."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from toptaak.core.personal_data import MASK, findings, is_bsn, is_iban, without_personal_data
from toptaak.printing.blocks import Column, Figure, Table

RNG = np.random.default_rng(20261201)
EACH = 160
FRAMES = (
    "Ik wil graag weten hoe het staat met mijn aanvraag, {}.",
    "{}",
    "Klant belde terug: {} en vroeg om uitleg",
    "Paspoort verlengen ({}) lukte niet via de website.",
    "zie ook {}; graag voor vrijdag antwoord",
)
CLEAN = (
    "De website gaf {n} keer een foutmelding bij het verlengen.",
    "In 2026 en 2027 stijgt het aantal aanvragen naar {n}.000.",
    "Zaak {n}-2026 wacht sinds 1 oktober 2026 op een besluit.",
    "Ik moest {n} minuten wachten, het hoort 5 tot 10 minuten te zijn.",
    "Succesratio 78,4% tegen 81,2% in 2026-K{n}",
    "n = 1.234.567, marge 0,{n}12345",
    "Paspoort, rijbewijs of uittreksel: € {n}.250.000,50",
    "De heer of mevrouw aan de balie hielp mij goed.",
    "Groetjes van een tevreden klant uit wijk {n}",
    "Formulier T-{n} op stap 3 van 4",
)


def digits(count: int) -> str:
    return "".join(str(digit) for digit in RNG.integers(0, 10, count))


def pick(*choices: str) -> str:
    return choices[int(RNG.integers(len(choices)))]


def bsn() -> str:
    while not is_bsn(number := str(RNG.integers(1, 10)) + digits(8)):
        pass
    first, second, third = number[:3], number[3:6], number[6:]
    return pick(number, f"{first}.{second}.{third}", f"{first} {second} {third}", f"{number[:4]}.{number[4:6]}.{third}")


def iban() -> str:
    account = pick("ABNA", "INGB", "RABO", "TRIO") + digits(10)
    numbers = "".join(str(int(sign, 36)) for sign in account + "NL00")
    plain = f"NL{98 - int(numbers) % 97:02d}{account}"
    assert is_iban(plain)
    return pick(plain, " ".join(plain[at : at + 4] for at in range(0, len(plain), 4)), plain.lower())


def mail() -> str:
    return pick("j.jansen", "Piet_de.Vries", f"info+{digits(2)}", "a") + pick(
        "@voorbeeld.nl", "@mail.gemeente.nl", "@x.co.uk", "[at]voorbeeld.nl", " @ voorbeeld.nl"
    )


def phone() -> str:
    tail = digits(8)
    return pick(
        f"06{tail}", f"06-{tail}", f"06 {tail[:4]} {tail[4:]}", f"06 {tail[:2]} {tail[2:4]} {tail[4:6]} {tail[6:]}",
        f"+316{tail}", f"+31 6 {tail}", f"0031 6 {tail[:4]} {tail[4:]}", f"+31 (0)6 {tail}", f"(020) {tail[:7]}",
        f"020-{tail[:7]}", f"0172 {tail[:6]}", f"06.{tail[:2]}.{tail[2:4]}.{tail[4:6]}.{tail[6:]}",
    )  # fmt: skip


def address() -> str:
    letters = pick("AB", "XZ", "KL")
    postcode = f"{RNG.integers(1000, 9999)}{pick('', ' ')}{letters}"
    return pick(
        f"{postcode} {RNG.integers(1, 400)}",
        f"{postcode}, {RNG.integers(1, 99)}a",
        f"Dorpsstraat 12, {postcode}",
        f"{postcode} nr {RNG.integers(1, 99)}",
    )


def plate() -> str:
    return pick(
        f"{digits(2)}-GHJ-{digits(1)}", f"XX-{digits(2)}-{digits(2)}", f"K-{digits(3)}-LP", f"{digits(2)}-NN-PP"
    )


def birth() -> str:
    day = f"{RNG.integers(1, 28)}-{RNG.integers(1, 12)}-{RNG.integers(1930, 2015)}"
    return pick(f"geboren op {day}", f"geb. {day}", f"geboortedatum: {day}", "geboren 3 mei 1961")


def name() -> str:
    who = pick("Jansen", "de Vries", "Fatima El Amrani", "J. van den Berg", "Söner", "Anne-Marie Visser")
    return pick(f"mevrouw {who}", f"dhr. {who}", f"mijn naam is {who}", f"groet, {who}", f"mw. {who}")


KINDS: tuple[tuple[str, Callable[[], str], float], ...] = (
    ("bsn", bsn, 0.99),
    ("iban", iban, 0.99),
    ("e-mail", mail, 0.99),
    ("phone", phone, 0.95),
    ("address", address, 0.95),
    ("licence plate", plate, 0.95),
    ("birth date", birth, 0.95),
    ("name", name, 0.9),
)


@pytest.mark.parametrize(("kind", "make", "least"), KINDS, ids=[kind for kind, _, _ in KINDS])
def test_recall(kind: str, make: Callable[[], str], least: float) -> None:
    lines = [pick(*FRAMES).format(make()) for _ in range(EACH)]
    missed = [line for line in lines if kind not in {found for found, _, _ in findings(line)}]
    print(f"{kind}: {EACH - len(missed)} of {EACH} found")  # noqa: T201
    assert 1 - len(missed) / EACH >= least, missed[:5]


def test_precision() -> None:
    lines = [pick(*CLEAN).format(n=RNG.integers(1, 9)) for _ in range(EACH)]
    touched = [line for line in lines if without_personal_data(line) != line]
    print(f"{EACH - len(touched)} of {EACH} lines without personal data stay whole")  # noqa: T201
    assert len(touched) <= 0.02 * EACH, touched[:5]


def test_a_block_holds_nothing_that_points_at_a_person() -> None:
    table = Table("Redenen", [Column("Reden"), Column("n", "right")], [["bel jan@voorbeeld.nl", "12"]])
    assert table.rows == ((f"bel {MASK}", "12"),)
    drawn = Figure("Redenen", "Een figuur met de redenen per taak.", "<svg><text>06-12345678</text></svg>", table)
    assert drawn.svg == f"<svg><text>{MASK}</text></svg>"


def test_what_is_masked_is_gone_and_the_rest_stays() -> None:
    text = "Bel 06-12345678 of mail a@b.nl, groet, Piet Jansen"
    assert without_personal_data(text) == f"Bel {MASK} of mail {MASK}, groet, {MASK}"
