"""The functions that a new organisation starts with; owners rename, add and remove them."""

_KEYS = ("slug", "name_fr", "name_en", "answers_for_fr", "answers_for_en")

_ROWS = (
    (
        "direction-generale",
        "Direction générale",
        "Management",
        "décisions, bailleurs de fonds, personnes élues",
        "decisions, funders, elected people",
    ),
    (
        "relations-publiques",
        "Relations publiques",
        "Public relations",
        "presse, lignes de communication, crise",
        "press, approved lines, crisis",
    ),
    (
        "medias-sociaux-et-web",
        "Médias sociaux et Web",
        "Social media and web",
        "dialogue de tous les jours",
        "daily dialogue",
    ),
    (
        "marketing",
        "Marketing",
        "Marketing",
        "campagnes, concours, coupons",
        "campaigns, contests, coupons",
    ),
    (
        "ventes",
        "Ventes",
        "Sales",
        "commandes, remboursements",
        "orders, refunds",
    ),
    (
        "service-a-la-clientele",
        "Service à la clientèle",
        "Customer service",
        "questions, plaintes, accès",
        "questions, complaints, access",
    ),
    (
        "produit",
        "Produit",
        "Product",
        "produits et services, améliorations",
        "products and services, improvements",
    ),
    (
        "ressources-humaines",
        "Ressources humaines",
        "Human resources",
        "emplois, bénévoles, vie au travail",
        "jobs, volunteers, working life",
    ),
    (
        "finances",
        "Finances",
        "Finance",
        "budgets, factures, dons",
        "budgets, invoices, donations",
    ),
)

STARTING_FUNCTIONS: tuple[dict[str, str], ...] = tuple(
    dict(zip(_KEYS, row, strict=True)) for row in _ROWS
)
