/**
 * Made-up names by syllable grammars: people, places, brands, codes. A first name may be a common one, a family name
 * never is; the split of a name is decided by the whole name (see random.ts).
 */
import type { Random } from "./random.ts";

const words = (text: string): string[] => text.trim().split(/\s+/);

const ONSETS = words(
  "b br c ch d dr f fl g gr h j k kl l m n p pr r s sh st t tr v w y z th b c d f g h k l m n p r s t v",
);
const VOWELS = words("a e i o u a e i o a e o a e i o u ai ea ie oo ou");
const CODAS = words("n r l m s t d n r l m s nd rt x ck ll rn lt th");
const FEMALE = words(
  `Mara Elena Ruth Ines Clara Nadia Olga Priya Amina Lucia Hanna Greta Yuki Sofia Tessa Wanda Bea Ivy Noor Leila Carmen
  Dora Edith Freya Gwen Helga Irma Joan Karin Lotte Maeve Nina Paula Rosa Sarah Tamsin Ursula Vera Zoe Anna Maria Emma
  Laura Julia Alice Chloe Diana Fatima Grace Heidi Jane Kate Lena Martha Nora Petra Rita Susan Thea Agnes Mei Aisha`,
);
const MALE = words(
  `Tom Karl Omar Henrik Louis Milan Pavel Ravi Samir Viktor Yusuf Anton Boris Cedric Dario Emil Felix Gustav Hugo Ivan
  Jakob Kofi Liam Marco Nils Otto Peter Rolf Simon Tariq Ulrich Walter Xavier Zoltan Adam Brian Carlos David Eric Frank
  George Harry James Kevin Leo Martin Noah Oscar Paul Quentin Robert Stefan Tim Victor William Bruno Kenji Ahmed`,
);
const FAMILY_ENDS = words(
  "en er son ski ova ic ani ez ini man berg ley ton well ford wood ard et el or ak ides sen ga ros mi ora ani ello",
);
const PLACE_ENDS = words(
  `ton ford bridge field haven mouth wick dale burg stad mere port ley ham brook side hill well ora ona ia esk ville
  gate stead holm crest vale cliff`,
);
const PLACE_STARTS = words(
  `North South East West High Low Ash Oak Elm Stone Mill Grey White Black Red Fair Long New Old Winter Summer Marsh King
  Queen Bishop Salt Silver Iron Copper Thorn Hazel Birch Wolf Otter Crow Swan Fox Bram Hal Tor Wen Dun Kel Mar Ros`,
);

function syllable(random: Random): string {
  return random.pick(ONSETS) + random.pick(VOWELS) + (random.chance(0.35) ? random.pick(CODAS) : "");
}

export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function familyName(random: Random): string {
  const stem = syllable(random) + (random.chance(0.2) ? syllable(random) : "");
  return capitalised(stem + random.pick(FAMILY_ENDS));
}

/** Whether a first name drawn here is one of the female ones. */
export function isFemale(name: string): boolean {
  const first = name.split(" ")[0] ?? "";
  return FEMALE.includes(first) || (!MALE.includes(first) && /[aey]$/.test(first));
}

export function personName(random: Random): string {
  const invented = capitalised(syllable(random)) + random.pick(["a", "an", "en", "is", "o", "ia", "ey"]);
  const first = random.chance(0.75) ? random.pick(random.chance(0.5) ? FEMALE : MALE) : invented;
  return `${first} ${familyName(random)}`;
}

export function placeName(random: Random): string {
  if (random.chance(0.45)) return random.pick(PLACE_STARTS) + random.pick(PLACE_ENDS);
  const stem = capitalised(syllable(random) + (random.chance(0.5) ? syllable(random) : ""));
  return stem + random.pick(PLACE_ENDS);
}

/** An invented brand or proper name: "Solvex", "Tirano", sometimes with a number. */
export function brandName(random: Random): string {
  const stem = capitalised(syllable(random) + syllable(random));
  return (
    stem + random.pick(["", "x", "o", "a", "ix", "on", "is", "ex", "um", "ly", "nest", "flow", "base", "line", "kit"])
  );
}

/** A model code: "KX-204", "K4", "HT 450", "Terra 500". */
export function codeName(random: Random): string {
  const letter = (): string => random.pick(words("A B C D E F G H J K L M N P Q R S T U V W X Z"));
  const digits = (): number => (random.chance(0.5) ? random.integer(1, 99) * 10 : random.integer(2, 999));
  switch (random.integer(0, 5)) {
    case 0:
      return `${letter()}${random.integer(1, 99)}`;
    case 1:
      return `${letter()}${letter()}-${digits()}`;
    case 2:
      return `${letter()}${letter()} ${digits()}`;
    case 3:
      return `${letter()}-${digits()}${random.chance(0.3) ? letter() : ""}`;
    case 4:
      return `${brandName(random)} ${digits()}`;
    default:
      return `${brandName(random)} ${letter()}${random.integer(1, 20)}`;
  }
}

/** A number of a contract or a case: "C-4821", "HR-2031-7". */
export function caseNumber(random: Random): string {
  const letter = (): string => random.pick(words("A B C D E F G H K L M N P R S T V W X Z"));
  const head = letter() + (random.chance(0.6) ? letter() : "");
  const tail = random.chance(0.25) ? `-${random.integer(1, 99)}` : "";
  return `${head}-${random.integer(100, 9999)}${tail}`;
}

/** A name close to another: one digit of a code, the family name of a person, the end of a place differs. */
export function siblingName(random: Random, name: string): string {
  const digit = /\d(?=\D*$)/.exec(name);
  if (digit) {
    const other = (Number(digit[0]) + random.integer(1, 8)) % 10;
    return name.slice(0, digit.index) + String(other) + name.slice(digit.index + 1);
  }
  const parts = name.split(" ");
  if (parts.length === 2) {
    return random.chance(0.5) ? `${parts[0] ?? ""} ${familyName(random)}` : `${random.pick(FEMALE)} ${parts[1] ?? ""}`;
  }
  return name.slice(0, Math.max(3, name.length - 3)) + random.pick(PLACE_ENDS);
}
