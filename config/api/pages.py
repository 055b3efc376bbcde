"""Lists come in pages: `page` and `page_size`, in an order that names every row's place. Named in REST_FRAMEWORK."""

from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request


class Pages(PageNumberPagination):
    """`count`, `next`, `previous`, `results`. The addresses are whole, as the client asked for them."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def get_page_size(self, request: Request) -> int:
        asked = request.query_params.getlist(self.page_size_query_param)
        if not asked:
            return self.page_size
        if len(asked) == 1 and asked[0].isdecimal() and len(asked[0]) <= 4 and 1 <= int(asked[0]) <= self.max_page_size:
            return int(asked[0])
        raise ValidationError({self.page_size_query_param: f"Write one number from 1 to {self.max_page_size}."})

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        parameters: list[dict[str, Any]] = super().get_schema_operation_parameters(view)
        most = {self.page_query_param: 1_000_000_000, self.page_size_query_param: self.max_page_size}
        for parameter in parameters:
            parameter["schema"] |= {"minimum": 1, "maximum": most[parameter["name"]]}
        return parameters
