"""The studio: rendered faces whose action units are known exactly."""
