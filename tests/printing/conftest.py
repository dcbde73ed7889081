"""The sample report of `fixtures/sample.py`: its module, its notebook, its document, and both renderings."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from toptaak.printing.document import Document, read_notebook
from toptaak.printing.html import render_html
from toptaak.printing.pdf import render_pdf


@pytest.fixture(scope="session")
def sample() -> ModuleType:
    path = Path(__file__).parent / "fixtures" / "sample.py"
    spec = importlib.util.spec_from_file_location("printing_sample", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def sample_notebook(sample: ModuleType) -> Any:
    return sample.notebook()


@pytest.fixture(scope="session")
def sample_document(sample_notebook: Any) -> Document:
    return read_notebook(sample_notebook)


@pytest.fixture(scope="session")
def sample_html(sample_document: Document) -> str:
    return render_html(sample_document)


@pytest.fixture(scope="session")
def sample_pdf(sample_document: Document) -> bytes:
    return render_pdf(sample_document)
