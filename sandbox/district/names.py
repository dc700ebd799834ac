"""Given names, and family names that nobody has: words for samples, weather and plants in each home language."""

from __future__ import annotations

import functools
import random
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class Names:
    share: int
    given: tuple[str, ...]
    family: tuple[str, ...]


#: By CALPADS language code; `share` is how many of a hundred families speak it at home.
NAMES: dict[str, Names] = {
    "ENG": Names(
        44,
        ("Juniper", "Rowan", "Wren", "Sage", "Linden", "Clover", "Robin", "Hazel", "Jasper", "Willow", "Reed", "Fern"),
        (
            "Placeholder",
            "Examplar",
            "Dummyfield",
            "Lorem",
            "Specimen",
            "Prototype",
            "Fictionby",
            "Drizzlewood",
            "Quill",
        ),
    ),
    "SPA": Names(
        30,
        ("Inés", "Mateo", "Lucía", "Tomás", "Ximena", "Andrés", "Sofía", "Íñigo", "Belén", "Raúl", "Noemí", "Óscar"),
        ("Girasol", "Peñasco", "Llovizna", "Ñandubay", "Relámpago", "Prueba", "Aguacero"),
    ),
    "VIE": Names(
        6,
        ("Minh", "Lan", "Hùng", "Thảo", "Đức", "Ngọc", "Phượng", "Tuấn"),
        ("Đồi Mây", "Cầu Vồng", "Suối Nhỏ", "Lá Xanh"),
    ),
    "CMN": Names(
        5,
        ("Yǔ", "Xuě", "Míng", "Lì", "Hóng", "Qīng", "Lán", "Chén"),
        ("Yàngběn", "Báiyún", "Xiǎohé", "Cǎihóng", "Fēngzhēng"),
    ),
    "YUE": Names(
        3,
        ("Ka-yan", "Wing", "Chi-ho", "Suet", "Man-kit", "Hoi-ching"),
        ("Baakwan", "Saiho", "Choihung", "Fungjang"),
    ),
    "FIL": Names(
        5,
        ("Ligaya", "Bayani", "Tala", "Dalisay", "Amihan", "Makisig"),
        ("Bahaghari", "Ulap", "Sampaguita", "Batis", "Muwestra"),
    ),
    "KOR": Names(
        4,
        ("Haneul", "Nari", "Bom", "Garam", "Iseul", "Danbi"),
        ("Gureum", "Mujigae", "Sonagi", "Gyeonbon"),
    ),
    "ARA": Names(
        3,
        ("Nūr", "Ṭāriq", "Salmā", "Karīm", "Hudā", "Ziyād"),
        ("Ghayma", "Zahra", "ʿAyyina", "Nahr"),
    ),
}


_SPOKEN = [code for code, names in NAMES.items() for _ in range(names.share)]


def language(rng: random.Random) -> str:
    return rng.choice(_SPOKEN)


@functools.cache
def plain(text: str) -> str:
    """The name as a user name has it: lower case, ASCII letters only."""
    spelled = unicodedata.normalize("NFKD", text.lower().replace("đ", "d"))
    return "".join(letter for letter in spelled if letter.isascii() and letter.isalpha())
