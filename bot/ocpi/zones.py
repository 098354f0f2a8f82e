"""The time zone of a country that has but one, for operators that do not say it (2.1.1 does not ask them to)."""

from typing import Final

_ZONES: Final = {
    "AT AUT": "Europe/Vienna",
    "BE BEL": "Europe/Brussels",
    "BG BGR": "Europe/Sofia",
    "CH CHE": "Europe/Zurich",
    "CZ CZE": "Europe/Prague",
    "DE DEU": "Europe/Berlin",
    "DK DNK": "Europe/Copenhagen",
    "EE EST": "Europe/Tallinn",
    "FI FIN": "Europe/Helsinki",
    "FR FRA": "Europe/Paris",
    "GB GBR": "Europe/London",
    "GR GRC": "Europe/Athens",
    "HR HRV": "Europe/Zagreb",
    "HU HUN": "Europe/Budapest",
    "IE IRL": "Europe/Dublin",
    "IN IND": "Asia/Kolkata",
    "IS ISL": "Atlantic/Reykjavik",
    "IT ITA": "Europe/Rome",
    "JP JPN": "Asia/Tokyo",
    "KR KOR": "Asia/Seoul",
    "LI LIE": "Europe/Vaduz",
    "LT LTU": "Europe/Vilnius",
    "LU LUX": "Europe/Luxembourg",
    "LV LVA": "Europe/Riga",
    "MT MLT": "Europe/Malta",
    "NL NLD": "Europe/Amsterdam",
    "NO NOR": "Europe/Oslo",
    "PL POL": "Europe/Warsaw",
    "RO ROU": "Europe/Bucharest",
    "RS SRB": "Europe/Belgrade",
    "SE SWE": "Europe/Stockholm",
    "SI SVN": "Europe/Ljubljana",
    "SK SVK": "Europe/Bratislava",
    "TR TUR": "Europe/Istanbul",
}
_BY_COUNTRY: Final = {code: zone for codes, zone in _ZONES.items() for code in codes.split()}


def only_zone_of(country: str | None) -> str | None:
    """The zone of an ISO 3166-1 country in two or three letters; None for one with several, or that we do not list."""
    return _BY_COUNTRY.get((country or "").upper())
