"""Home: what somebody works on, and what needs attention."""

from django.http import HttpResponse

from console.pages.base import PageRequest, page, render


@page
def show(request: PageRequest) -> HttpResponse:
    return render(request, "home/show.html")
