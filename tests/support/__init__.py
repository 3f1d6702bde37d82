"""What tests share: databases of their own, and builders."""
