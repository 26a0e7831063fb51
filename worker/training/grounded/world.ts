/** The facts of one example, kept free of contradictions and of values that could be taken for one another. */
import { composedAttribute } from "./composed.ts";
import { DOMAINS } from "./domains.ts";
import { makeEntity } from "./entities.ts";
import type { Random } from "./random.ts";
import type { Attribute, Domain, Entity, Fact } from "./types.ts";
import { drawValue } from "./values.ts";

const lastWord = (text: string): string => text.slice(text.lastIndexOf(" ") + 1);

function isComposed(attribute: Attribute): boolean {
  return attribute.topic.startsWith("composed ");
}

/** Whether a question about one attribute might be answered by the other. */
export function areClose(a: Attribute, b: Attribute): boolean {
  if (a.topic === b.topic) return true;
  return (
    isComposed(a) !== isComposed(b) &&
    (lastWord(a.topic) === lastWord(b.label) || lastWord(b.topic) === lastWord(a.label))
  );
}

export class World {
  readonly random: Random;
  readonly entities: Entity[] = [];
  readonly #stated = new Map<Entity, Attribute[]>();
  readonly #values: string[] = [];

  constructor(random: Random) {
    this.random = random;
  }

  domain(): Domain {
    return this.random.pick(DOMAINS);
  }

  /** A new entity; `like` asks for the same domain, often a similar name. */
  entity(domain: Domain, like?: Entity): Entity {
    const entity = makeEntity(this.random, domain, this.entities, like);
    this.entities.push(entity);
    this.#stated.set(entity, []);
    return entity;
  }

  /** An attribute that may still be stated of an entity, and is from now on taken. */
  attribute(entity: Entity): Attribute {
    for (let attempt = 0; attempt < 200; attempt++) {
      const { attributes, families } = entity.domain;
      const isComposed = this.random.chance(0.35);
      const chosen = isComposed
        ? composedAttribute(this.random, this.random.pick(families))
        : this.random.pick(attributes);
      if (this.reserve(entity, chosen)) return chosen;
    }
    throw new RangeError(`The domain ${entity.domain.id} has too few attributes.`);
  }

  /** Takes an attribute for an entity; false when a close one is taken. */
  reserve(entity: Entity, attribute: Attribute): boolean {
    const stated = this.#stated.get(entity);
    if (!stated || stated.some((other) => areClose(other, attribute))) return false;
    stated.push(attribute);
    return true;
  }

  /** A fact with a value unlike all others of this world. */
  fact(entity: Entity, attribute: Attribute): Fact {
    for (let attempt = 0; attempt < 200; attempt++) {
      const value = drawValue(this.random, attribute.value);
      const plain = value.toLowerCase();
      const taken = [...this.#values, ...this.entities.map(({ name }) => name.toLowerCase())];
      if (taken.some((other) => other.includes(plain) || plain.includes(other))) continue;
      this.#values.push(plain);
      return { entity, attribute, value };
    }
    throw new RangeError(`The values of "${attribute.label}" are too few.`);
  }

  /** Some new facts of an entity. */
  facts(entity: Entity, count: number): Fact[] {
    return Array.from({ length: count }, () => this.fact(entity, this.attribute(entity)));
  }
}
