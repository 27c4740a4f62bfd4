"""The Qt application: shows the engine, decides nothing about trade."""
