"""Invented names: first names of a language with surnames put together from two halves, and handles from both.

The surnames are made up; that somebody bears one is chance.
"""

from __future__ import annotations

import unicodedata
from random import Random

from sayso.intake.community.dice import between, chance, pick

_FIRST = {
    "en": "Alma Bram Celia Dorian Edda Felix Greta Hollis Imogen Jude Keira Lyle Maeve Nolan Orla Piers Quinn Rowan "
    "Saffron Tobin Una Vaughn Willa Yasmin",
    "de": "Anke Bernd Clara Dirk Elke Frieda Gregor Heike Ingo Jutta Karsten Lena Malte Nele Oskar Petra Ralf Silke "
    "Till Ulrike Veit Wiebke Jörg Käthe",
    "fr": "Agnès Bastien Chloé Damien Élodie Fabrice Gaëlle Hugo Inès Jérôme Karine Lucien Manon Noé Océane Pascal "
    "Rémi Sylvie Thibault Violette Yves Zoé",
    "es": "Adela Bruno Carmen Diego Elvira Fermín Gloria Héctor Inés Joaquín Lucía Marcos Nuria Óscar Pilar Ramiro "
    "Sonia Tomás Verónica Íñigo",
    "pt": "Abel Beatriz Caio Débora Elisa Fábio Glória Heitor Iara João Lívia Mateus Noémia Otávio Paula Rui Sílvia "
    "Tânia Vasco Xavier",
    "nl": "Anouk Bas Carlijn Daan Esmée Freek Geert Hanneke Ilse Joost Klaas Lotte Maarten Noor Pim Roos Sander Tess "
    "Willem Yvette",
    "it": "Ada Biagio Chiara Dario Elisa Fabio Giada Ivo Lorena Matteo Nadia Oreste Pia Renzo Sara Tullio Ugo Viola",
    "nord": "Aksel Birgit Dagny Einar Freja Gunnar Hedda Ivar Jorunn Kåre Liv Maja Nils Oda Rune Signe Torvald Ylva",
    "slav": "Alina Bogdan Dana Emil Halina Igor Jana Kamil Lenka Marek Nina Oleg Petra Radek Sonya Tomasz Vera Zdeněk",
    "in": "Aarav Bhavna Chetan Divya Esha Farhan Gita Harish Ila Jatin Kavya Lalit Meera Nikhil Ojas Priti Rohan Sana "
    "Tarun Usha Varun Yamini",
    "cn": "Ai Bo Chun Fei Guang Hui Jia Kai Lan Min Ning Ping Qing Rui Shan Ting Wei Xin Ying Zhen",
    "jp": "Aiko Daichi Emi Fumio Hana Isamu Junko Kenta Mai Naoki Rin Satoru Tomoko Yuto",
    "ar": "Amal Bilal Dalia Farid Hana Idris Jamila Karim Layla Mounir Nadia Omar Rania Samir Tariq Wafa Yara Zaki",
    "west": "Abena Chidi Efua Femi Ifeoma Kofi Lindiwe Moses Nala Obi Penda Sade Tunde Wanjiru Yaw Zola",
}

_HALVES = {
    "en": (
        "Ash Thorn Wex Hollin Mar Pen Brack Fen Hather Stan",
        "combe well mere more den wick ley bourne stead by",
    ),
    "de": (
        "Birken Stein Linden Hasel Wald Eschen Rosen Mühl Kalten Grün",
        "hofer bach brinck felder reuter thaler ried",
    ),
    "fr": (
        "Beau Mont Clair Val Roche Haute Fonte Chante Belle",
        "mérac vigne rive court moulin serre port lanne",
    ),
    "es": ("Monte Val Fuen Villa Campo Torre Pera Casta", "rábal verde sana llano albo queda mares dola"),
    "pt": ("Monte Vila Fonte Sobre Cam Olive Pinhe Alva", "longo mar nova cedo reira galhão branco dal"),
    "nl": ("Boven Linde Wester Hoog Mole Brink Duin Ooster", "kamp horst dijk veld broek stra laan berg"),
    "it": ("Monte Casa Val Fonta Bella Colle Rocca Piana", "rossa velli nera mura baldi schi reto bruna"),
    "nord": ("Lind Berg Ek Sten Norr Fjell Strand Haug", "holt qvist vang mo dahl sund vik aas"),
    "slav": ("Nov Kal Mir Dob Ver Zel Lip Rad", "anek inski ovec anko ava insky owicz enko"),
    "in": ("Rama Deva Vasu Chandra Megha Surya Naga Hari", "krath vadan nathan puri wale kantan dutt mani"),
    "cn": ("Lau Tse Mak Kow Yau Fong Szet", "wai ling san tong yuen mei"),
    "jp": ("Kawa Yama Mori Taka Ishi Nishi Fuji", "mizu nobe hara gaki zono saki shita"),
    "ar": ("Ras Mar Had Nas Kha Sal Bou", "wani ridi dadi sari louf mane hani"),
    "west": ("Ade Oko Nku Bana Mwa Oya Taba", "wale nkwo rume ngi senya biri fola"),
}

NAMES = {
    culture: (
        tuple(_FIRST[culture].split()),
        tuple(head + tail for head in _HALVES[culture][0].split() for tail in _HALVES[culture][1].split()),
    )
    for culture in _FIRST
}

_MIDDLES = (
    *"ba be bri cha co da de du el fa fi ga go ha hi jo ka ke ki la".split(),
    *"le li lo ma mi na ne ni no ra re ri ro sa se ta te ti to va".split(),
)
"""What surnames of three or four parts have between the halves: of these there are as many as a large community needs."""

_PLAIN = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "å": "a", "Å": "A"})


def draw_name(rng: Random, culture: str) -> str:
    """Return a first name and a surname of a culture."""
    first, last = NAMES[culture]
    return f"{pick(rng, first)} {pick(rng, last)}"


def draw_rare_name(rng: Random, culture: str) -> str:
    """Return a first name and one of some 40,000 surnames, or now and then of 1.7 million."""
    heads, tails = (half.split() for half in _HALVES[culture])
    middles = "".join(pick(rng, _MIDDLES) for _ in range(2 if chance(rng, 0.2) else 1))
    return f"{pick(rng, NAMES[culture][0])} {pick(rng, heads)}{middles}{pick(rng, tails)}"


def plain(text: str) -> str:
    """Return the text in lower-case ASCII letters, without accents.

    >>> plain("Jörg Mühlbach")
    'jorg muhlbach'
    """
    bare = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return bare.encode("ascii", "ignore").decode().lower()


def draw_handle(rng: Random, name: str, taken: frozenset[str] | set[str]) -> str:
    """Return a handle made from the name that is not taken: letters, digits and ``_``, at least three of them."""
    first, last = plain(name).split(" ", 1)
    shapes = (
        f"{first}_{last}",
        f"{first}{last}",
        f"{first[0]}_{last}",
        f"{last}_{first[:3]}",
        f"{first}_{last[:4]}",
    )
    handle = pick(rng, shapes) + (str(between(rng, 2, 98)) if chance(rng, 0.2) else "")
    number = 1
    found = handle
    while found in taken:
        number += 1
        found = f"{handle}{number}"
    return found
