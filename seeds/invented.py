"""The records that made-up meetings are about, with names in both languages."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

Record = dict[str, Any]

_SYLLABLES = [
    "ma马",
    "li利",
    "ka卡",
    "ro罗",
    "na纳",
    "te特",
    "so索",
    "vi维",
    "do多",
    "ra拉",
    "mi米",
    "lo洛",
    "sha沙",
    "be贝",
    "no诺",
    "ta塔",
    "ku库",
    "di迪",
    "fe费",
    "an安",
    "el埃",
    "or奥",
    "ban班",
    "gu古",
    "hai海",
    "jo乔",
    "pe佩",
    "su苏",
    "ve韦",
    "ze泽",
]
_AREAS = [
    "trade贸易",
    "energy能源",
    "climate气候",
    "health卫生",
    "education教育",
    "agriculture农业",
    "transport交通",
    "finance金融",
    "culture文化",
    "space航天",
    "defence防务",
    "migration移民",
    "water水利",
    "fisheries渔业",
    "tourism旅游",
]
_ASPECTS = ("policy政策", "projects项目", "training培训")
_BODIES = {
    "foreign": ("ministry", "Ministry of Foreign Affairs", "外交部"),
    "interior": ("ministry", "Ministry of the Interior", "内政部"),
    "police": ("police", "National Police", "国家警察局"),
    "prosecution": ("prosecution", "Prosecutor's Office", "检察院"),
    "government": ("government", "Government", "政府"),
}
_OFFICES = {
    "foreign": ("Minister of Foreign Affairs", "外交部长"),
    "interior": ("Minister of the Interior", "内政部长"),
    "police": ("Chief of Police", "警察局局长"),
    "prosecution": ("Prosecutor General", "总检察长"),
    "government": ("Prime Minister", "总理"),
}


def coverage() -> Record:
    """Say that nothing of this is true."""
    return {
        "id": "made-up",
        "subject": {"en": "Made-up meetings, for trying Parley", "zh": "虚构的会晤，供试用"},
        "date_from": "1996",
        "date_to": "2025",
        "completeness": "selected",
        "note": {"en": "None of these meetings took place.", "zh": "这些会晤均未发生。"},
    }


def sources() -> Iterator[Record]:
    """Give twenty newspapers."""
    for number in range(1, 21):
        yield {"id": f"gazette-{number}", "title": f"Gazette {number}", "language": "en"}


def themes() -> Iterator[Record]:
    """Give fifteen areas of cooperation with three aspects each."""
    for area, area_zh in map(_both, _AREAS):
        yield {"id": f"made-up-{area}", "label": {"en": area.title(), "zh": area_zh}}
        for aspect, aspect_zh in map(_both, _ASPECTS):
            yield {
                "id": f"made-up-{area}-{aspect}",
                "label": {"en": f"{area.title()} {aspect}", "zh": area_zh + aspect_zh},
                "parent": f"made-up-{area}",
                "parent_basis": "supplied",
            }


def places(random: Random, countries: Sequence[str]) -> Iterator[Record]:
    """Give each country three towns."""
    for code in countries:
        for number in range(1, 4):
            name, name_zh = _name(random, 3)
            yield {
                "id": f"{code.lower()}-town-{number}",
                "name": {"en": name, "zh": name_zh},
                "country": code,
                "latitude": round(random.uniform(-55, 70), 4),
                "longitude": round(random.uniform(-180, 180), 4),
            }


def events(random: Random, towns: Sequence[str]) -> Iterator[Record]:
    """Give two hundred forums."""
    for number in range(1, 201):
        year = random.randint(1996, 2025)
        yield {
            "id": f"forum-{number}",
            "name": {"en": f"Forum {number}, {year}", "zh": f"第{number}届论坛（{year}）"},
            "date": {"value": str(year), "year_basis": "stated"},
            "kind": "forum",
            "mode": "in_person",
            "place": random.choice(towns),
            "citations": [
                {
                    "source": "gazette-1",
                    "stance": "supports",
                    "fields": ["name", "date", "place", "mode"],
                }
            ],
        }


def organizations(code: str) -> Iterator[Record]:
    """Give a country its ministries and other bodies."""
    for body, (kind, name, name_zh) in _BODIES.items():
        yield {
            "id": f"made-up-{code.lower()}-{body}",
            "name": {"en": f"{name} of {code}", "zh": f"{code} {name_zh}"},
            "kind": kind,
            "country": code,
        }


def people(random: Random, code: str, number: int) -> Iterator[Record]:
    """Give a country this many people; names may be borne by several of them."""
    for one in range(1, number + 1):
        given, given_zh = _name(random, 2)
        family, family_zh = _name(random, random.randint(2, 3))
        yield {
            "id": f"{code.lower()}-person-{one}",
            "name": {"en": f"{given} {family}", "zh": f"{given_zh}·{family_zh}"},
        }


def office(organization: str) -> dict[str, str]:
    """Give the title of whoever stands for this organization."""
    english, chinese = _OFFICES[organization.rpartition("-")[2]]
    return {"en": english, "zh": chinese}


def _both(word: str) -> tuple[str, str]:
    """Split a word from its Chinese, which begins with the first letter that is not Latin."""
    latin = word.rstrip("".join(char for char in word if not char.isascii()))
    return latin, word.removeprefix(latin)


def _name(random: Random, syllables: int) -> tuple[str, str]:
    picked = [_both(one) for one in random.choices(_SYLLABLES, k=syllables)]
    return "".join(latin for latin, _ in picked).title(), "".join(han for _, han in picked)
