"""What no interviewer may ask about is taken out of a résumé before a model reads it, and work stays."""

import time

import pytest

from questionbank.domain.personal_matters import is_personal, take_out

RESUME = """Curriculum vitae
Name: Amara Okafor
Date of birth: 4 March 1990
Nationality
Nigerian
Marital status: married, two children
Address: 12 Mill Lane, Leeds
amara.okafor@example.com | +44 20 7183 8750 | linkedin.com/in/amara
Photo attached
Experience
2014 – 2019 Fernbrook, backend engineer. Amara led six people.
04/2019 - 08/2024 Elsewhere: moved 40 services to Spring 5 and C++ on 12 servers
Sr. Backend Engineer. Mobile: Swift and Kotlin, 5 years
References
Mr John Smith, 020 7183 8751"""


def test_what_is_of_the_person_is_gone_and_what_is_of_work_stays() -> None:
    assert take_out(RESUME, "Amara Okafor", ["amara.okafor@example.com"]).split("\n") == [
        "Curriculum vitae",
        "[personal]",
        "[personal]",
        "[personal]",
        "[personal]",
        "[personal]",
        "[e-mail] | [phone] | [link]",
        "[personal]",
        "Experience",
        "2014 – 2019 Fernbrook, backend engineer. … led six people.",
        "04/2019 - 08/2024 Elsewhere: moved 40 services to Spring 5 and C++ on 12 servers",
        "Sr. Backend Engineer. Mobile: Swift and Kotlin, 5 years",
        "[references]",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Geburtsdatum: 04.03.1990",
        "Geboren am 4. März 1990 in Köln",
        "Familienstand: ledig",
        "Staatsangehörigkeit\ndeutsch",
        "Lindenstraße 12, 50667 Köln",
        "Herr Jonas Weber",
        "née le 4 mars 1990",
        "Estado civil: soltera",
        "34 years old",
        "aged 34",
        "SW1A 1AA",
        "(555) 123-4567",
        "0221 / 123 456 78",
        "London | Gender: female | Python",
        "Bewerbungsfoto",
        "geb. am 4. März 1990",
        "Born in Lagos, Nigeria",
        "Jahrgang 1990",
        "DOB 04/03/1990",
        "Engineer, 34 y/o",
        "34 ans",
        "Gender M",
        "Geschlecht weiblich",
        "Engineer (she/her)",
        "he/him/his",
        "verheiratet, 2 Kinder",
        "Célibataire, sans enfant",
        "Single, no kids",
        "Father of three",
        "German citizen",
        "British/Irish dual national",
        "U.S. citizenship",
        "deutsche Staatsbürgerin",
        "Nationalité française",
        "Originally from Syria",
        "Calle Mayor 5, 28013 Madrid",
        "Via Roma 12, 00184 Roma",
        "Unter den Linden 77, 10117 Berlin",
        "PO Box 123",
        "Lives in Leeds",
        "Based in Berlin, Germany",
    ],
)
def test_it_is_found_in_more_than_one_language(text: str) -> None:
    assert (take_out(text) != text, is_personal(text)) == (True, True)


@pytest.mark.parametrize(
    "text",
    [
        "née le 4 mars 1990 à Lyon",
        "123 Main St. Apt 4B, Springfield, IL 62704",
        "Flat 3, 12 Mill Lane, Leeds LS1 4AP",
        "Hauptstraße 5a, D-50667 Köln",
        "12 Mill Lane, Leeds",
        "PO Box 123, Springfield",
        "Lives in Leeds",
    ],
)
def test_all_of_a_place_is_gone_and_no_more(text: str) -> None:
    assert take_out(f"{text}\nFernbrook, engineer") in (
        f"[{one}]\nFernbrook, engineer" for one in ("personal", "address")
    )


@pytest.mark.parametrize(
    "text",
    [
        "Python since 2014",
        "(2014 – 2019)",
        "01/2014–12/2019",
        "Dropped latency from 1200 to 90 ms for 10 000 000 users",
        "Managed the age distribution service",
        "Photo editing app in Swift",
        "Sr Engineer, Born to Run Ltd",
        "C++ and C#, 5 years",
        "Python, 10 years",
        "10 Jahre Erfahrung mit Java",
        "Led Berlin citizen services portal",
        "National Bank of Ukraine, analyst",
        "Single page apps, single sign-on",
        "Gender studies data pipeline",
        "Release 12, 2019 Berlin",
        "Team of 12, 30000 Users in Spain",
        "Senior engineer in Berlin, 2014 – 2019",
        "Teaching kids to code",
    ],
)
def test_work_is_not_taken_for_it(text: str) -> None:
    assert take_out(text) == text


@pytest.mark.parametrize("text", ["She led it", "before her maternity leave", "a married man", "male, 40"])
def test_what_a_model_says_of_a_person_is_noticed(text: str) -> None:
    assert is_personal(text)


@pytest.mark.parametrize(
    "piece", ["a.", "0 ", "+1 ", "a@", "12 Aa ", " \t", "Born ", "(0", "w" * 50, "1 rue ", "Aa 1, ", "34 ", "one "]
)
def test_no_text_keeps_it_busy(piece: str) -> None:
    text = piece * (60_000 // len(piece))
    started = time.perf_counter()
    take_out(text, "Amara Okafor")
    assert time.perf_counter() - started < 5
