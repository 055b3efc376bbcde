"""The catalogue: Category → Topic → Subtopic."""

import uuid

from django.db import models
from django.db.models import Q

from organizations.models import Organization


class Category(models.Model):
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=100)

    class Meta:
        verbose_name_plural = "categories"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "slug"], name="category_slug_unique"),
            models.UniqueConstraint(
                fields=["slug"], condition=Q(organization__isnull=True), name="category_slug_unique_global"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Topic(models.Model):
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="topics")
    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=100)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["category", "slug"], name="topic_slug_unique")]

    def __str__(self) -> str:
        return self.name


class Subtopic(models.Model):
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="subtopics")
    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=100)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["topic", "slug"], name="subtopic_slug_unique")]

    def __str__(self) -> str:
        return f"{self.topic.name} › {self.name}"
