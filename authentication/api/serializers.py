"""What is sent to sign in, and what comes back."""

from rest_framework import serializers


class SignInSerializer(serializers.Serializer):
    email = serializers.EmailField()
    password = serializers.CharField(max_length=128, trim_whitespace=False, style={"input_type": "password"})


class RefreshSerializer(serializers.Serializer):
    refresh = serializers.CharField(max_length=2000)


class VerifySerializer(serializers.Serializer):
    token = serializers.CharField(max_length=2000, help_text="An access token.")


class TokensSerializer(serializers.Serializer):
    access = serializers.CharField(read_only=True, help_text="For the header: Authorization: Bearer …")
    refresh = serializers.CharField(read_only=True, help_text="Good once, for the next two.")
    expires_at = serializers.DateTimeField(read_only=True, help_text="When the access token ends.")
