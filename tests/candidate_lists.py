"""Two hundred candidates as a spreadsheet gives them, seven of them bad. Used by the tests of the import."""

FIRST = ("Ada", "Bela", "Chike", "Dana", "Emre", "Femi", "Gwen", "Hana", "Ivo", "Jun")
LAST = ("Adler", "Brandt", "Costa", "Demir", "Eze", "Fischer", "Garcia", "Haas", "Ito", "Jansen")
LAST_TWO = ("Keller", "Lund", "Moreau", "Novak", "Okafor", "Petrov", "Quinn", "Rossi", "Sato", "Torres")

BAD = {
    12: ("Ada Nowhere", "ada.nowhere", ""),
    34: ("", "noname@candidates.demo.invalid", ""),
    56: ("Chike Twice", "ada.adler@candidates.demo.invalid", ""),
    78: ("Dana Phone", "dana.phone@candidates.demo.invalid", "0171 2345678"),
    121: ("Emre Missing", "", ""),
    160: ("Femi " + "X" * 150, "femi.long@candidates.demo.invalid", ""),
    199: ("Gwen Both", "gwen@", "call me"),
}
REASONS = {
    12: ["“ada.nowhere” is no e-mail address."],
    34: ["The name is missing."],
    56: ["The same address stands in line 2 already."],
    78: ["“01712345678” is no phone number with its country code, such as +442071838750."],
    121: ["The e-mail address is missing."],
    160: ["The name is longer than 150 characters."],
    199: ["“gwen@” is no e-mail address.", "“callme” is no phone number with its country code, such as +442071838750."],
}


def write_list() -> str:
    """A line of headings and 200 lines: 193 candidates who are new, and those of `BAD` by their lines."""
    names = [f"{first} {last}" for last in (*LAST, *LAST_TWO) for first in FIRST]
    lines = ["Name,E-mail,Phone"]
    for number, name in enumerate(names, start=2):
        email = f"{name.lower().replace(' ', '.')}@candidates.demo.invalid"
        lines.append(",".join(BAD.get(number, (name, email, f"+44 20 7946 {number:04}"))))
    return "\n".join(lines) + "\n"
