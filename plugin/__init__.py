"""The sidecar: serves California's student score reports beside PowerSchool."""
