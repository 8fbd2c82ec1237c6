"""Excel on Windows: the VBA project, the ribbon, the installer. Made without Excel, on any machine."""
