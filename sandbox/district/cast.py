"""The people with a story: every odd case that the product has to get right, as data."""

from __future__ import annotations

from sandbox.district.family import Adult, Child, Family
from sandbox.district.model import TK

FAMILIES = (
    Family(
        "Sampleton",
        "ENG",
        (Child("Juniper", 5, "elementary"), Child("Rowan", 8, "secondary"), Child("Wren", TK, "elementary")),
        (Adult("Alex", "Father"), Adult("Morgan", "Mother")),
    ),
    Family(  # divorced: two accounts, two last names
        "Ejemplo",
        "SPA",
        (Child("Inés", 3, "elementary"), Child("Mateo", 7, "secondary", fields={"english_learner": True})),
        (Adult("Lucía", "Mother"), Adult("Tomás", "Father", last="Muestra")),
    ),
    Family(  # the stepfather's account opens one of the two; the uncle stands in the record and opens none
        "Ví Dụ",
        "VIE",
        (Child("Lan", 4, "elementary", fields={"english_learner": True}), Child("Minh", 6, "secondary")),
        (
            Adult("Thảo", "Mother"),
            Adult("Hùng", "Stepfather", last="Mẫu", sees=("Lan",)),
            Adult("Đức", "Uncle", last="Mẫu", sees=(), facts={"custodial": False, "legal_guardian": False}),
        ),
    ),
    Family(  # the grandmother's dates begin next week
        "Lìzi",
        "CMN",
        (Child("Xuě", 3, "charter"), Child("Yǔ", 11, "secondary", age=16)),
        (Adult("Hóng", "Father"), Adult("Qīng", "Grandmother", starts=7)),
    ),
    Family(  # the aunt's dates ended yesterday
        "Laizi",
        "YUE",
        (Child("Ka-yan", 5, "charter"),),
        (Adult("Man-kit", "Father"), Adult("Suet", "Aunt", ends=-1)),
    ),
    Family(  # custodial, but not the legal guardian
        "Halimbawa",
        "FIL",
        (Child("Ligaya", 8, "secondary"),),
        (Adult("Bayani", "Father"), Adult("Tala", "Grandmother", facts={"legal_guardian": False})),
    ),
    Family(
        "Yesi",
        "KOR",
        (Child("Haneul", 4, "elementary", fields={"release_block": True}), Child("Bom", 6, "secondary")),
        (Adult("Garam", "Mother"), Adult("Danbi", "Aunt", facts={"active": False})),
    ),
    Family(
        "Mithāl",
        "ARA",
        (Child("Nūr", 5, "elementary", fields={"hidden_contact": True}), Child("Karīm", 7, "charter")),
        (Adult("Salmā", "Mother"),),
    ),
    Family(
        "Mockridge",
        "ENG",
        (
            Child("Hazel", 3, "elementary", "no_ssid"),
            Child("Jasper", 6, "secondary", "ssid_not_found"),
            Child("Reed", 8, "secondary", "lea_mismatch", "moved"),
        ),
        (Adult("Casey", "Mother"),),
    ),
    Family(
        "Trialworth",
        "ENG",
        (
            Child("Fern", 2, "elementary", "no_test_data"),
            Child("Linden", 7, "secondary", "processing_error"),
            Child("Clover", 11, "secondary", "internal_error"),
        ),
        (Adult("Jordan", "Father"),),
    ),
    Family(  # mother without e-mail, father without account
        "Nubarrón",
        "SPA",
        (Child("Raúl", 6, "secondary", story="dropped"), Child("Belén", 7, "secondary", story="changes")),
        (Adult("Noemí", "Mother", mail=False), Adult("Óscar", "Father", portal=False)),
    ),
    Family(
        "Testwell",
        "ENG",
        (Child("Robin", 7, "secondary", story="left"), Child("Sage", 6, "secondary", story="joins")),
        (Adult("Taylor", "Mother"),),
    ),
    Family(
        "Pretendle",
        "ENG",
        (
            Child("Willow", 12, "secondary", age=18),
            Child("Ash", 5, "elementary", story="repeated"),
            Child("Briar", 4, "charter", fields={"exempt": True}),
        ),
        (Adult("Quinn", "Father", facts={"custodial": False}),),
    ),
    Family("Madeupson", "ENG", (Child("Ivy", 9, "charter", fields={"status": "HH"}),), ()),
)
