"""Categories, topics and subtopics as the API tells of them, and what is sent to add and rename them."""

from typing import Any

from rest_framework import serializers

from organizations.api.owners import make_owner_field
from questionbank.api.owners import make_global_field
from questionbank.models import Category, Subtopic, Topic
from questionbank.services.catalogue import MOST_NAME_CHARACTERS

ID, OWNER = "0f8fad5b-d9cb-469f-a165-70867728950e", "7c9e6679-7425-40de-944b-e07fc1f90ae7"
CATEGORY = {"id": ID, "organization": OWNER, "is_global": False, "name": "Databases", "slug": "databases"}
TOPIC: dict[str, Any] = {
    "id": ID,
    "category": {"id": "9b2f6a0c-2c37-4a5e-8a15-6f3a5d1f7c11", "name": "Databases"},
    "organization": OWNER,
    "is_global": False,
    "name": "Indexing",
    "slug": "indexing",
}
SUBTOPIC: dict[str, Any] = {
    **TOPIC,
    "topic": {"id": "3d3f1f6e-6f5b-4b9e-9b57-0d2d9e0b7a42", "name": "Indexing"},
    "name": "Composite indexes",
    "slug": "composite-indexes",
}
RENAMING = {"name": "Data stores"}


class NamedSerializer(serializers.Serializer):
    """What stands above, by id and name."""

    id = serializers.UUIDField(source="uuid", read_only=True)
    name = serializers.CharField(read_only=True)


class CategorySerializer(serializers.Serializer):
    id = serializers.UUIDField(source="uuid", read_only=True)
    organization = serializers.UUIDField(source="organization.uuid", default=None, read_only=True, allow_null=True)
    is_global = serializers.SerializerMethodField(help_text="For all organizations.")
    name = serializers.CharField(read_only=True)
    slug = serializers.CharField(read_only=True)

    def get_is_global(self, category: Category) -> bool:
        return category.organization_id is None


class TopicSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="uuid", read_only=True)
    category = NamedSerializer(read_only=True)
    organization = serializers.UUIDField(
        source="category.organization.uuid", default=None, read_only=True, allow_null=True
    )
    is_global = serializers.SerializerMethodField(help_text="For all organizations.")
    name = serializers.CharField(read_only=True)
    slug = serializers.CharField(read_only=True)

    def get_is_global(self, topic: Topic) -> bool:
        return topic.category.organization_id is None


class SubtopicSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="uuid", read_only=True)
    category = NamedSerializer(source="topic.category", read_only=True)
    topic = NamedSerializer(read_only=True)
    organization = serializers.UUIDField(
        source="topic.category.organization.uuid", default=None, read_only=True, allow_null=True
    )
    is_global = serializers.SerializerMethodField(help_text="For all organizations.")
    name = serializers.CharField(read_only=True)
    slug = serializers.CharField(read_only=True)

    def get_is_global(self, subtopic: Subtopic) -> bool:
        return subtopic.topic.category.organization_id is None


class RenamingSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=MOST_NAME_CHARACTERS)


class NewCategorySerializer(RenamingSerializer):
    organization = make_owner_field()
    is_global = make_global_field()


class NewTopicSerializer(RenamingSerializer):
    category = serializers.UUIDField(help_text="The id of the category it stands in.")


class NewSubtopicSerializer(RenamingSerializer):
    topic = serializers.UUIDField(help_text="The id of the topic it stands in.")
