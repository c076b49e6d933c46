"""All pages of the office under one router."""

from __future__ import annotations

from fastapi import APIRouter

from sayso.web.office import made, objections, overview, policies, stops

router = APIRouter()
for part in (overview, policies, stops, objections, made):
    router.include_router(part.router)
