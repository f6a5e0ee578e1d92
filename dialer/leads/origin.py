"""Whom a number was given to, and where it lies: tables of `phonenumbers`, 150 MB of memory.

So only who parses lists imports this, and a dialer does not.

>>> origin("8613812345678", "CN"), origin("12125550123", "US"), origin("4915112345678", "DE")
(('中国移动', '江苏省连云港市'), ('', 'New York, NY'), ('T-Mobile', ''))
"""

from phonenumbers import parse
from phonenumbers.carrier import name_for_valid_number
from phonenumbers.geocoder import country_name_for_number, description_for_valid_number

LANGUAGES = {"CN": "zh", "HK": "zh", "MO": "zh", "TW": "zh"}
"Country -> the language in which its places are told; of others in English."


def origin(digits: str, region: str) -> tuple[str, str]:
    """Carrier and area of a valid number; empty where nobody knows more than its country.

    A carrier is whom the number was first given to. Where people may take theirs along, who carries
    it today is not written in it.
    """
    number = parse(f"+{digits}")
    language = LANGUAGES.get(region, "en")
    area = description_for_valid_number(number, language)
    is_more = area != country_name_for_number(number, language)
    return name_for_valid_number(number, language), area if is_more else ""
