"""Remarks on text that nothing refers to: rules, staging categories and rates without a use."""

from collections.abc import Iterator
from dataclasses import replace

from workbench.analysis.findings import codes
from workbench.analysis.results import Finding, Fix, Level
from workbench.model.agreement import Agreement, Edit
from workbench.model.commitments import StagingFormula
from workbench.model.economies import economy_name


def rules(agreement: Agreement) -> Iterator[Finding]:
    """Product rules of products that are not covered."""
    coverage = agreement.coverage
    if not _covers_something(agreement):
        return
    for n, rule in enumerate(agreement.origin.product_rules):
        if rule.products and not any(coverage.touches(item) for item in rule.products):
            yield Finding(
                "rule-of-nothing-covered",
                Level.WARNING,
                f"origin.product_rules[{n}]",
                f"{codes.told(rule.products)} has a rule of origin but is not covered, so the "
                "rule is never used. Cover it, or take the rule out.",
                fix=Fix("Take the rule out", _without_rule(n)),
            )


def _without_rule(number: int) -> Edit:
    return lambda agreement: agreement.with_product_rule(number, None)


def staging(agreement: Agreement) -> Iterator[Finding]:
    """Staging categories that no product is in."""
    treatment = agreement.treatment
    texts = [agreement, *(agreement.with_option(option.name) for option in agreement.options)]
    used = {text.category_of(entry).name for text in texts for entry in text.coverage.entries}
    if not agreement.coverage.entries or not treatment.market_access:
        return
    for n, category in enumerate(treatment.staging):
        if category.name not in used and len(treatment.staging) > 1:
            is_default = category.name == treatment.default_category
            yield Finding(
                "staging-without-products",
                Level.NOTE,
                f"treatment.staging[{n}]",
                f"No covered product is in staging category {category.name}.",
                fix=None if is_default else Fix("Take the category out", _without_staging(n)),
            )


def quotas(agreement: Agreement) -> Iterator[Finding]:
    """Quotas on goods that pay no duty beyond them either."""
    if not agreement.treatment.market_access:
        return
    for n, entry in enumerate(agreement.coverage.entries):
        category = agreement.category_of(entry)
        if entry.quota is not None and category.formula is StagingFormula.FREE:
            yield Finding(
                "quota-without-effect",
                Level.WARNING,
                f"coverage[{n}]",
                f"The quota of group {n + 1} changes nothing: what goes beyond it is free too, by "
                f"staging category {category.name}. Name no category, or one that keeps a duty.",
                fix=Fix("Keep today's duty beyond the quota", _beyond_quota(n)),
            )


def _beyond_quota(number: int) -> Edit:
    return lambda agreement: agreement.with_coverage_entry(
        number, replace(agreement.coverage.entries[number], staging="")
    )


def _without_staging(number: int) -> Edit:
    return lambda agreement: agreement.with_staging_category(number, None)


def rates(agreement: Agreement) -> Iterator[Finding]:
    """Stated rates of economies that are no partners, or on products that are not covered."""
    coverage, partners = agreement.coverage, set(agreement.economies)
    has_products = _covers_something(agreement)
    for n, rate in enumerate(agreement.tariffs):
        why = ""
        if rate.importer not in partners:
            why = f"{economy_name(rate.importer)} is not a partner"
        elif rate.exporter and rate.exporter not in partners:
            why = f"{economy_name(rate.exporter)} is not a partner"
        elif has_products and not any(coverage.touches(item) for item in rate.products):
            why = f"{codes.told(rate.products)} is not covered"
        if why:
            yield Finding(
                "rate-without-use",
                Level.NOTE,
                f"tariffs[{n}]",
                f"A rate is stated that no figure uses: {why}.",
                about=f"tariffs {rate.importer} {rate.exporter} {codes.told(rate.products)}",
                fix=Fix("Take the rate out", _without_rate(n)),
            )


def _without_rate(number: int) -> Edit:
    return lambda agreement: replace(
        agreement, tariffs=tuple(r for n, r in enumerate(agreement.tariffs) if n != number)
    )


def _covers_something(agreement: Agreement) -> bool:
    return any(entry.ranges for entry in agreement.coverage.entries)
