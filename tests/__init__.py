"""Tests. (Without this file tests/models would shadow models.)"""
