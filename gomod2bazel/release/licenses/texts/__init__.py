"""Texts of licences, and SPDX licence expressions for them."""
