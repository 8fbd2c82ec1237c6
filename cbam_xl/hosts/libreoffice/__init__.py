"""LibreOffice: the extension with the worksheet functions and the menu, made from the registry on any machine."""
