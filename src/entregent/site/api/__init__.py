"""The API: reads only, by token, described by OpenAPI.

Ninja and pydantic are loaded at the first question, so that the site starts light.
"""
